// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// An UPDATE of IPv4 routes as octets: what a peer is told, with nothing interpreted.
///
/// @param withdrawn prefixes as they stand there, such as `180a0000`
record ToldUpdate(List<String> withdrawn, String attributes, List<String> announced) {

  static ToldUpdate of(String body) {
    int withdrawn = 2 * HexFormat.fromHexDigits(body, 0, 4);
    int attributesAt = 8 + withdrawn;
    int attributes = 2 * HexFormat.fromHexDigits(body, 4 + withdrawn, 8 + withdrawn);
    return new ToldUpdate(
        prefixes(body.substring(4, 4 + withdrawn)),
        body.substring(attributesAt, attributesAt + attributes),
        prefixes(body.substring(attributesAt + attributes)));
  }

  private static List<String> prefixes(String hex) {
    List<String> prefixes = new ArrayList<>();
    int at = 0;
    while (at < hex.length()) {
      int end = at + 2 + 2 * Math.ceilDiv(HexFormat.fromHexDigits(hex, at, at + 2), Byte.SIZE);
      prefixes.add(hex.substring(at, end));
      at = end;
    }
    return prefixes;
  }
}
