// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.mrt;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.wire.Octets;
import dev.brindle.bird.wire.PathAttributes;
import java.time.Instant;
import java.util.List;

/// One record of a file.
public sealed interface MrtRecord {

  Instant time();

  /// The first of a table: whom the numbers in the others mean.
  record Index(Instant time, IpAddress collector, String view, List<MrtPeer> peers)
      implements MrtRecord {

    public Index {
      peers = List.copyOf(peers);
    }
  }

  /// All paths to a prefix.
  ///
  /// @param hasPathIds the entries have path identifiers (RFC 8050 §4)
  record Rib(Instant time, long sequence, Cidr prefix, List<Entry> entries, boolean hasPathIds)
      implements MrtRecord {

    public Rib {
      entries = List.copyOf(entries);
    }

    public Rib(Instant time, long sequence, Cidr prefix, List<Entry> entries) {
      this(time, sequence, prefix, entries, false);
    }
  }

  /// One path.
  ///
  /// @param peer its place in the index
  /// @param pathId unsigned; 0 where entries have none
  record Entry(int peer, Instant since, PathAttributes attributes, int pathId) {

    public Entry(int peer, Instant since, PathAttributes attributes) {
      this(peer, since, attributes, 0);
    }
  }

  /// A message of a session, as it was on the wire.
  ///
  /// @param isFourOctetAs how AS numbers are written in it
  /// @param isLocal we said it (RFC 6396 §4.4.3 and RFC 8050: `..._LOCAL`)
  /// @param hasPathIds its prefixes have path identifiers (RFC 8050 §3)
  record Message(
      Instant time,
      AsNumber peerAs,
      AsNumber localAs,
      IpAddress peer,
      IpAddress local,
      boolean isFourOctetAs,
      boolean isLocal,
      Octets octets,
      boolean hasPathIds)
      implements MrtRecord {

    public Message(
        Instant time,
        AsNumber peerAs,
        AsNumber localAs,
        IpAddress peer,
        IpAddress local,
        boolean isFourOctetAs,
        boolean isLocal,
        Octets octets) {
      this(time, peerAs, localAs, peer, local, isFourOctetAs, isLocal, octets, false);
    }
  }

  /// A session went from one state of RFC 4271 to another, by their numbers.
  record StateChange(
      Instant time,
      AsNumber peerAs,
      AsNumber localAs,
      IpAddress peer,
      IpAddress local,
      int before,
      int after)
      implements MrtRecord {}

  /// Of another type, or about another family.
  record Other(Instant time, int type, int subtype) implements MrtRecord {}
}
