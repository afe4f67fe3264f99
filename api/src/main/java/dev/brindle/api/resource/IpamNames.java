// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.resource;

import dev.brindle.api.label.TextHash;
import dev.brindle.api.net.Cidr;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Names of IPAM's resources, as Calico gives them in Kubernetes.
public final class IpamNames {

  private static final int MAX_NAME = 252;
  private static final int HASH_DIGITS = 11;

  /// Of a name that is cut.
  private static final int KEPT = MAX_NAME - HASH_DIGITS - 1;

  private static final Pattern IPV4 = Pattern.compile("(\\d+)-(\\d+)-(\\d+)-(\\d+)-(\\d+)");
  private static final Pattern IPV6 = Pattern.compile("([0-9a-f-]*-[0-9a-f-]*)-(\\d+)");

  private IpamNames() {}

  /// `10-0-0-0-26`.
  public static String block(Cidr cidr) {
    return cidr.toString().replace('.', '-').replace(':', '-').replace('/', '-');
  }

  /// The block of such a name.
  public static Optional<Cidr> cidr(String block) {
    Matcher ipv4 = IPV4.matcher(block);
    if (ipv4.matches()) {
      return network(
          "%s.%s.%s.%s/%s"
              .formatted(ipv4.group(1), ipv4.group(2), ipv4.group(3), ipv4.group(4), ipv4.group(5)),
          block);
    }
    Matcher ipv6 = IPV6.matcher(block);
    return ipv6.matches()
        ? network(ipv6.group(1).replace('-', ':') + "/" + ipv6.group(2), block)
        : Optional.empty();
  }

  private static Optional<Cidr> network(String text, String name) {
    return Cidr.tryParse(text).filter(cidr -> block(cidr).equals(name));
  }

  /// `node-1-10-0-0-0-26`; a long one is cut and ends in a hash.
  ///
  /// @param owner a node, or what holds the block in place of one
  public static String affinity(String owner, Cidr cidr) {
    String name = owner + "-" + block(cidr);
    if (name.length() <= MAX_NAME) {
      return name;
    }
    String hash = TextHash.SHA_256.hex(owner + block(cidr)).substring(0, HASH_DIGITS);
    return name.substring(0, KEPT) + "-" + hash;
  }

  /// What the names of all affinities of an owner begin with; those of others may too.
  public static String affinityPrefix(String owner) {
    String prefix = owner + "-";
    return prefix.substring(0, Math.min(prefix.length(), KEPT));
  }
}
