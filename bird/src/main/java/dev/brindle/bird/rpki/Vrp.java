// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.rpki;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;

/// A validated ROA payload (RFC 6811 §2): this AS may be the origin of this prefix, and of what is
/// inside it up to a length. AS 0 says that nobody may.
public record Vrp(Cidr prefix, int maxLength, AsNumber as) {

  /// @throws IllegalArgumentException if the maximum is shorter than the prefix or than none is
  public Vrp {
    int most = prefix.address().isIpv4() ? 32 : 128;
    if (maxLength < prefix.length() || maxLength > most) {
      throw new IllegalArgumentException(
          "maximum length %d of %s is not in %d..%d"
              .formatted(maxLength, prefix, prefix.length(), most));
    }
  }

  @Override
  public String toString() {
    return "%s-%d AS %s".formatted(prefix, maxLength, as);
  }
}
