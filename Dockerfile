# The action's image. The tests of the user's project run in an environment that uv makes at run time; the program has its own.
# The digest is meant to be that of the multi-platform index; CONTRIBUTING.md says how it is kept up to date and looked up.
FROM python:3.13.14-slim-bookworm@sha256:67a1e1f215ccda113cfc024e8639049257e88f273898f595b61476d128d387e8 AS base

# The image of Python holds no compiled files, and the user of the tests could write none: every process would compile again what it imports.
RUN python -m compileall -q -x '/(test|tests|idlelib|lib2to3|ensurepip|turtledemo|tkinter|site-packages)/' /usr/local/lib/python3.13

FROM base AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1

WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY flakemark flakemark
COPY flakebot flakebot
# Compiled here, or else every job would compile it again. pip is of no use in the final environment.
RUN python -m venv --without-pip /opt/flakebot \
    && python -m pip --python /opt/flakebot/bin/python install --compile '.[bot]' \
    # The tracer alone, for the process of the user: nothing else of ours may be importable there.
    && mkdir /opt/tracer \
    && cp -R flakemark /opt/tracer/flakemark

FROM base

# Code of the user's project runs as this user: it owns nothing and is in no group but its own.
RUN useradd --uid 40000 --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin --no-log-init flaketest

LABEL org.opencontainers.image.title="flakebot" \
      org.opencontainers.image.description="Finds the line that makes a pytest test flaky" \
      org.opencontainers.image.licenses="MIT"

ENV PATH=/opt/flakebot/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    FLAKEBOT_LIBRARY=/opt/tracer

COPY --from=build /opt/flakebot /opt/flakebot
COPY --from=build /opt/tracer /opt/tracer

# The runner's file commands are writable for root alone, hence no USER. -I: a PYTHONPATH of the job leads into the
# workspace, and what lies there must not be imported into a process that holds tokens.
ENTRYPOINT ["/opt/flakebot/bin/python", "-I", "-m", "flakebot", "run"]
