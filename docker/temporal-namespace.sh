#!/bin/sh
# Makes the namespace and the search attributes by which orders are found. May be repeated.
# Reads TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE.
set -eu

until temporal operator cluster health >/dev/null 2>&1; do
  echo 'waiting for the Temporal server'
  sleep 1
done

temporal operator namespace describe >/dev/null 2>&1 ||
  temporal operator namespace create --retention 720h --namespace "$TEMPORAL_NAMESPACE"

# A namespace that is new is known to all parts of the server some seconds later.
until temporal operator search-attribute list >/dev/null 2>&1; do
  sleep 1
done
temporal operator search-attribute create --name OrderStatus --type Keyword --name CustomerId --type Keyword
temporal operator search-attribute list | grep -E 'OrderStatus|CustomerId'
