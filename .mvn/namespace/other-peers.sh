#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# other-peers.sh COMMAND...: inside a mount namespace of its own, puts the BGP daemons of the system below
# BRINDLE_PEERS_ROOT in the place of those installed here, then starts the command. What that system does
# not have is not there for the tests either. Without BRINDLE_PEERS_ROOT it changes nothing.
set -e
if [ -n "$BRINDLE_PEERS_ROOT" ]; then
  peer=$(dirname "$(readlink -f "$0")")/peer
  for daemon in /usr/sbin/bird /usr/sbin/birdc /usr/lib/frr/zebra /usr/lib/frr/bgpd /usr/lib/frr/bfdd \
    /usr/bin/vtysh /usr/bin/gobgpd /usr/bin/gobgp /usr/sbin/bgpd /usr/sbin/bgpctl /usr/sbin/exabgp; do
    if [ ! -e "$daemon" ]; then
      echo "other-peers.sh: install the package with $daemon: another can stand only where one is" >&2
    elif [ -x "$BRINDLE_PEERS_ROOT$daemon" ]; then
      mount --bind "$peer" "$daemon"
    else
      mount --bind /dev/null "$daemon"
    fi
  done
fi
exec "$@"
