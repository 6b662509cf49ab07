"""Charts in templates: `{% load charts %}{% bar_chart bars title=… unit="%" %}`."""

from django import template

from dashboards import charts

register = template.Library()

for _chart in (charts.line_chart, charts.legend, charts.bar_chart, charts.sparkline):
    register.simple_tag(_chart)
