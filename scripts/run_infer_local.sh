#!/usr/bin/env bash
# A small demonstration of `inferbench storage` on this machine; further flags are passed on.
# INFERBENCH names another executable than the one in dist/, RUN_NAME another directory below ./metrics. Started again it replaces its
# results, as the tool that it comes from does.
set -euo pipefail
root=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

case "$(uname -m)" in
  aarch64) arch=arm64 ;;
  *) arch=x64 ;;
esac
program=${INFERBENCH:-"$root/dist/inferbench-linux-$arch"}
[[ -x "$program" || -n "${INFERBENCH-}" ]] || "$root/scripts/build" --native

exec "$program" storage --config "$root/fixtures/storage/demo-infer.yaml" --overwrite \
  --run-name "${RUN_NAME:-demo-infer}" "$@"
