// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes.layout;

import dev.brindle.api.label.TextHash;
import dev.brindle.api.resource.BlockAffinity;
import java.util.Map;

/// What an affinity is found by, as Kubernetes cannot look for names that begin alike.
public final class AffinityLabels {

  private static final String HOST = "projectcalico.org/hostname-hash";
  private static final String TYPE = "projectcalico.org/affinity-type";
  private static final String VERSION = "projectcalico.org/ip-version";

  private static final String DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final int DIGIT_BITS = 5;

  private AffinityLabels() {}

  static Map<String, String> of(BlockAffinity.Spec spec) {
    return Map.of(
        HOST, base32(TextHash.SHA3_256.of(spec.node())),
        TYPE, spec.type(),
        VERSION, Integer.toString(spec.cidr().family().version()));
  }

  /// Whether it is found by them; older writers set none.
  public static boolean isLabelled(BlockAffinity affinity) {
    return affinity.metadata().labels().entrySet().containsAll(of(affinity.spec()).entrySet());
  }

  /// A label selector.
  public static String ofOwner(String owner) {
    return HOST + "=" + base32(TextHash.SHA3_256.of(owner));
  }

  /// Without padding: 52 characters of a hash, which is short enough for a label.
  private static String base32(byte[] bytes) {
    var text = new StringBuilder();
    long bits = 0;
    int count = 0;
    for (byte octet : bytes) {
      bits = (bits << Byte.SIZE) | Byte.toUnsignedInt(octet);
      count += Byte.SIZE;
      while (count >= DIGIT_BITS) {
        count -= DIGIT_BITS;
        text.append(digit(bits >>> count));
      }
    }
    if (count > 0) {
      text.append(digit(bits << (DIGIT_BITS - count)));
    }
    return text.toString();
  }

  private static char digit(long bits) {
    return DIGITS.charAt((int) (bits & (DIGITS.length() - 1)));
  }
}
