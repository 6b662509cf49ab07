"""Charts in templates: `{% load charts %}{% sparkline values title=… %}`."""

from django import template

from dashboards import charts

register = template.Library()
register.simple_tag(charts.sparkline)
