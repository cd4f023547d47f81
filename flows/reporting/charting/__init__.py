"""Charts of the site and of the report: rows in, a Vega-Lite chart declared in Altair out.

Every function that makes a chart is pure. Words are pairs of Chinese and English and colours are names of the
style sheet's variables; both are put in when a chart is drawn, by `assets/charts.js` in a browser and by
`speaking` and `painting` for paper.
"""
