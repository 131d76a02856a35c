#!/bin/sh
# Broadcasts a value: publish.sh http://127.0.0.1:8080 '{"order":17}'
# A repetition with the same Idempotency-Key counts once, so curl may try again.
key=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
curl --silent --show-error --fail-with-body --retry 5 --retry-connrefused \
  --header "content-type: application/json" --header "idempotency-key: $key" \
  ${TIDECAST_TOKEN:+--header "authorization: Bearer $TIDECAST_TOKEN"} \
  --data "$2" "$1/broadcast"
