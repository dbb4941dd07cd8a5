#!/usr/bin/env bash
# Builds deploy/Dockerfile and tries what it makes, where no Docker is to be had:
#   apt install buildah podman runc debootstrap; deploy/try-image.sh
# As root. Nothing of it stays, and the machine's own images are left alone. Where the registry of images does not
# answer, a Debian with its Python stands in for the base. BUILD_WITH are more words for `buildah build`, such as
# "-v /etc/pip.conf:/etc/pip.conf:ro" where pip needs a configuration.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
place=(--root "$work/images" --runroot "$work/run" --storage-driver vfs)
base=docker.io/library/$(sed -n 's/^FROM //p' deploy/Dockerfile)
port=${PORT:-5000}

pod() { podman "${place[@]}" --cgroup-manager cgroupfs --runtime runc --tmpdir "$work/tmp" --volumepath "$work/volumes" "$@"; }
tidy() { pod rm -f -t 5 tried >/dev/null 2>&1 || true; rm -rf "$work"; }
trap tidy EXIT

buildah "${place[@]}" pull -q "$base" 2>/dev/null || {
  echo "$base is not to be had: a Debian stands in for it"
  debootstrap --variant=minbase --include=python3,python3-venv,ca-certificates bookworm "$work/debian" >"$work/log"
  umount "$work/debian/proc" "$work/debian/sys" 2>/dev/null || true
  made=$(buildah "${place[@]}" from scratch)
  buildah "${place[@]}" add -q "$made" "$work/debian" / >/dev/null
  buildah "${place[@]}" commit -q "$made" "$base" >/dev/null
  rm -rf "$work/debian"
}
# shellcheck disable=SC2086
buildah "${place[@]}" build -q --isolation chroot --pull-never --format docker ${BUILD_WITH:-} \
  -f deploy/Dockerfile -t linefinder . >/dev/null
pod image inspect linefinder | grep -q deploy/healthcheck.py || { echo "the image has no health check"; exit 1; }

start() {
  pod run -d --name tried --no-healthcheck --network host --read-only --tmpfs /tmp --cap-drop ALL \
    --security-opt no-new-privileges --ulimit nofile=4096:4096 --ulimit nproc=4096:4096 \
    -v kept:/app/instance -e PUBLIC_REFRESH=true -e HOST=127.0.0.1 -e PORT="$port" linefinder >/dev/null
  for _ in $(seq 60); do pod exec tried .venv/bin/python deploy/healthcheck.py && return; sleep 1; done
  pod logs tried; return 1
}

start
pod exec tried sh -euc '
  [ "$(id -u):$(id -g)" = 10001:10001 ]
  grep -q "^CapBnd:.*0000000000000000" /proc/1/status
  grep -q "^NoNewPrivs:.1" /proc/1/status
  for place in /app /app/linefinder /etc; do if touch $place/x 2>/dev/null; then echo "$place is written"; exit 1; fi; done
  [ -s instance/demo.db ]
  [ -s instance/secret_key ]
  [ -z "$(ls -A /tmp)" ]
  .venv/bin/flask --app app backup instance/a.backup'
key=$(pod exec tried cat instance/secret_key)
pod stop -t 30 tried >/dev/null
[ "$(pod inspect tried --format '{{.State.ExitCode}}')" = 0 ] || { echo "it did not stop by itself"; exit 1; }
pod rm tried >/dev/null
start
[ "$key" = "$(pod exec tried cat instance/secret_key)" ] || { echo "the volume does not keep"; exit 1; }
echo "The image starts, is well, runs as 10001 without capabilities, writes its volume alone, and keeps it."
