// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam.block;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/// Names of IPAM's resources, as Calico gives them in Kubernetes.
public final class BlockNames {

  private static final int MAX_NAME = 252;
  private static final int HASH_DIGITS = 11;

  /// Of a name that is cut.
  private static final int KEPT = MAX_NAME - HASH_DIGITS - 1;

  private BlockNames() {}

  public static ResourceKey blockKey(Cidr cidr) {
    return ResourceKey.of(ResourceKind.IPAM_BLOCK, block(cidr));
  }

  public static ResourceKey affinityKey(BlockOwner owner, Cidr cidr) {
    return ResourceKey.of(ResourceKind.BLOCK_AFFINITY, affinity(owner, cidr));
  }

  public static ResourceKey handleKey(String handle) {
    return ResourceKey.of(ResourceKind.IPAM_HANDLE, handle.toLowerCase(Locale.ROOT));
  }

  /// `10-0-0-0-26`.
  static String block(Cidr cidr) {
    return cidr.toString().replace('.', '-').replace(':', '-').replace('/', '-');
  }

  /// What the names of all affinities of an owner begin with; those of others may too.
  public static String affinityPrefix(BlockOwner owner) {
    String prefix = owner.name() + "-";
    return prefix.substring(0, Math.min(prefix.length(), KEPT));
  }

  /// `node-1-10-0-0-0-26`; a long one is cut and ends in a hash.
  static String affinity(BlockOwner owner, Cidr cidr) {
    String name = owner.name() + "-" + block(cidr);
    if (name.length() <= MAX_NAME) {
      return name;
    }
    String hash = sha256(owner.name() + block(cidr)).substring(0, HASH_DIGITS);
    return name.substring(0, KEPT) + "-" + hash;
  }

  private static String sha256(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
