#!/bin/sh
# Prints .env.example with a secret of its own for each that is empty: sh docker/make-env.sh > .env
set -eu
cd "$(dirname "$0")/.."

while IFS= read -r line; do
  case $line in
    *=) printf '%s%s\n' "$line" "$(openssl rand -hex 24)" ;;
    *) printf '%s\n' "$line" ;;
  esac
done <.env.example
