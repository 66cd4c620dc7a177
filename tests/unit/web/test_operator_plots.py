"""A month of polls as bars."""

from __future__ import annotations

from datetime import timedelta

from builders import NOW

from syndicator.core.history import DAYS, PollDay
from syndicator.web.operator_plots import HEIGHT, WIDTH, answers_plot, articles_plot

TODAY = NOW.toordinal()


def test_each_day_has_its_place_and_the_busiest_is_the_highest() -> None:
    days = [PollDay(TODAY - DAYS + 1, 1, 0, 0, 5, 10, 10), PollDay(TODAY - 1, 1, 0, 0, 20, 10, 10), PollDay(TODAY, 1)]
    plot = articles_plot(days, NOW)
    assert [bar.x for bar in plot.bars] == [0, WIDTH - 20, WIDTH - 10]
    assert [(bar.y, bar.height) for bar in plot.bars] == [(HEIGHT * 0.75, HEIGHT / 4), (0, HEIGHT), (HEIGHT - 1, 1)]
    assert plot.says == "25 articles in 30 days, at most 20 on 30 Jan"
    assert plot.bars[0].says == "02 Jan: 5 articles"


def test_days_with_failures_are_marked_and_answers_are_means() -> None:
    plot = answers_plot([PollDay(TODAY - 1, 4, 2, 1, 0, 400, 300), PollDay(TODAY, 1, 1, 0, 0, 600, 600)], NOW)
    assert [bar.bad for bar in plot.bars] == [True, False]
    assert plot.bars[0].says == "30 Jan: 100 ms on average, 300 ms at most; 4 polls, 1 failed"
    assert plot.says == "200 ms on average; 5 polls in 30 days, 1 failed"


def test_without_polls_there_are_no_bars() -> None:
    assert articles_plot([], NOW + timedelta(days=1)).bars == ()
    assert answers_plot([], NOW).says == "0 ms on average; 0 polls in 30 days, 0 failed"
