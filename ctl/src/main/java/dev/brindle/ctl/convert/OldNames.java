// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.convert;

import dev.brindle.api.net.IpAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/// What names of v1 become: those of Kubernetes, as Calico's own upgrade made them, so that what
/// was upgraded and what is converted have the same names.
final class OldNames {

  private static final Pattern FOREIGN = Pattern.compile("[^-.a-z0-9]+");
  private static final Pattern DOTTED = Pattern.compile("[.-]*[.][.-]*");
  private static final Pattern EDGES = Pattern.compile("^[.-]+|[.-]+$");
  private static final String OLD_NAMESPACE = "k8s_ns.";
  private static final int HASH_DIGITS = 8;

  private OldNames() {}

  static String node(String name) {
    String lower = name.toLowerCase(Locale.ROOT).replace('/', '.');
    String allowed = FOREIGN.matcher(lower).replaceAll("-");
    return EDGES.matcher(DOTTED.matcher(allowed).replaceAll(".")).replaceAll("");
  }

  static String plain(String name) {
    return told(name, node(name));
  }

  /// Of policies: a dot would stand between tier and name.
  static String dotless(String name) {
    return told(name, node(name).replace('.', '-'));
  }

  /// Those of namespaces have another prefix.
  static String profile(String name) {
    return plain(
        name.startsWith(OLD_NAMESPACE) ? "kns." + name.substring(OLD_NAMESPACE.length()) : name);
  }

  /// Of a peer.
  static String address(IpAddress address) {
    if (!address.isIpv6()) {
      return address.toString().replace('.', '-');
    }
    byte[] bytes = address.bytes();
    var name = new StringBuilder();
    for (int i = 0; i < bytes.length; i += 2) {
      name.append(i == 0 ? "" : "-").append(HexFormat.of().formatHex(bytes, i, i + 2));
    }
    return name.toString();
  }

  /// Two names that became one are told apart.
  private static String told(String before, String after) {
    return before.equals(after) ? after : after + "-" + hash(before);
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest).substring(0, HASH_DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }
}
