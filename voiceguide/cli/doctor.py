"""`voiceguide doctor`."""

from __future__ import annotations

from dataclasses import asdict

import click

from voiceguide.cli.output import say
from voiceguide.cli.report import json_option, print_json


@click.command()
@json_option
def doctor(as_json: bool) -> int:
    """Say what works on this machine.

    Every part is tried, without a sound, and for each that does not work it says what to do. The exit code is 3 when
    one of them is needed; those marked "absent" are for some people only.

    \b
    Examples:
      voiceguide doctor
      voiceguide doctor --json
    """
    from voiceguide.app.doctor import diagnose

    findings = diagnose()
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        width = max(len(finding.part) for finding in findings)
        for finding in findings:
            mark = "ok" if finding.works else "FAILS" if finding.needed else "absent"
            say(f"{mark:<7} {finding.part:<{width}}  {finding.detail}")
            if finding.remedy:
                say(f"{'':<7} {'':<{width}}  → {finding.remedy}")
    return 3 if any(finding.needed and not finding.works for finding in findings) else 0
