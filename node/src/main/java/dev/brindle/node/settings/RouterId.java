// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.settings;

import dev.brindle.api.net.IpAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/// What identifies the node in BGP (`CALICO_ROUTER_ID`).
public sealed interface RouterId {

  /// The node's IPv4 address.
  record NodeAddress() implements RouterId {}

  record Given(IpAddress address) implements RouterId {}

  /// Made from the node's name: for clusters without IPv4.
  record Hash() implements RouterId {

    private static final int BYTES = 4;

    /// The first four bytes of the name's SHA-1; never 0.0.0.0.
    public IpAddress of(String nodeName) {
      IpAddress address = IpAddress.ofBytes(Arrays.copyOf(sha1(nodeName), BYTES));
      return address.isUnspecified() ? IpAddress.ofIpv4(1) : address;
    }

    private static byte[] sha1(String text) {
      try {
        return MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java has SHA-1", e);
      }
    }
  }
}
