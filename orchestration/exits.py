"""Exit codes of the command line: one table, in Chinese, and the group of commands that keeps to it.

What belongs here: which code means what. Commands name a code by its constant, never by its number.
Click's own code for a command line it cannot read is 2, which is a failed run here: such an error
leaves with 64 instead (EX_USAGE of sysexits.h), and an error of the program itself with 70
(EX_SOFTWARE), so that a script can tell "your file" from "your typing" from "our fault".
"""

import os
import sys
import traceback

import click

DONE, BAD_INPUT, FAILED, USAGE, BROKEN, INTERRUPTED = 0, 1, 2, 64, 70, 130

# code: (what it means, what to do)
MEANINGS = {
    DONE: ("正常做完", "无需处理"),
    BAD_INPUT: ("检查出了问题，或没有所要的东西；什么也没有改动", "按输出中每条的改法处理"),
    FAILED: ("运行没有成功，没有发布；上一版照常可读", "按输出的原因改正后再运行 petition run"),
    USAGE: ("命令写得不对；什么也没有做", "用 petition 命令 --help 看写法"),
    BROKEN: ("程序自身出错", "把输出的错误种类和位置报给系统维护人员"),
    INTERRUPTED: ("被人中断（Ctrl-C）", "再次运行即可；已登记的报送不会丢失"),
}


def epilog() -> str:
    """Return the table as the last lines of `petition --help`."""
    lines = [f"  {code:<4} {meaning}" for code, (meaning, _) in MEANINGS.items()]
    return "\b\n退出码：\n" + "\n".join(lines)


def as_markdown() -> str:
    """Return the table as it stands in docs/exit-codes.md; a test compares the two."""
    rows = [f"| {code} | {meaning} | {remedy} |" for code, (meaning, remedy) in MEANINGS.items()]
    return "\n".join(["| 退出码 | 含义 | 怎么办 |", "| --- | --- | --- |", *rows]) + "\n"


class Commands(click.Group):
    """A group of commands whose every way out has a code of the table."""

    def main(self, *arguments, standalone_mode: bool = True, **extra):
        """Run a command; leave with its code. As click's own when not standalone."""
        if not standalone_mode:
            return super().main(*arguments, standalone_mode=False, **extra)
        try:
            code = super().main(*arguments, standalone_mode=False, **extra)
        except click.UsageError as error:
            error.show()
            sys.exit(USAGE)
        except click.ClickException as error:
            error.show()
            sys.exit(BAD_INPUT)
        except click.Abort:
            click.echo("已中断。", err=True)
            sys.exit(INTERRUPTED)
        except Exception:  # loud: the trace is for whoever mends the program
            traceback.print_exc()
            click.echo(f"程序出错：{MEANINGS[BROKEN][1]}。", err=True)
            sys.exit(BROKEN)
        sys.exit(code if isinstance(code, int) else DONE)

    def invoke(self, ctx: click.Context):
        """Run the command named; a reader of our output that has gone, as `| head`, is no error."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(DONE)
