// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.rpki;

import dev.brindle.bird.wire.Octets;
import java.util.Optional;

/// What a cache and a router say to each other (RFC 8210 §5). Serial numbers are unsigned.
public sealed interface RtrPdu {

  record SerialNotify(int session, long serial) implements RtrPdu {}

  record SerialQuery(int session, long serial) implements RtrPdu {}

  record ResetQuery() implements RtrPdu {}

  record CacheResponse(int session) implements RtrPdu {}

  /// IPv4 Prefix and IPv6 Prefix.
  record Prefix(boolean isAnnounced, Vrp vrp) implements RtrPdu {}

  /// @param timing version 0 has none
  record EndOfData(int session, long serial, Optional<RtrTiming> timing) implements RtrPdu {}

  record CacheReset() implements RtrPdu {}

  /// For path validation, which we do not do.
  record RouterKey() implements RtrPdu {}

  /// @param code may be one we do not know
  /// @param about the PDU it is about, or its beginning; may be empty
  record ErrorReport(int code, Octets about, String text) implements RtrPdu {}
}
