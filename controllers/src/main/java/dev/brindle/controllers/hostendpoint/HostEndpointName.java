// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers.hostendpoint;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;

/// Names of host endpoints that nobody named: what they are of, and a suffix. One that is too long
/// for Kubernetes is a hash instead.
final class HostEndpointName {

  private static final String SUFFIX = "-auto-hep";
  private static final int LONGEST = 253;

  private HostEndpointName() {}

  static String of(String... parts) {
    String name = String.join("-", parts) + SUFFIX;
    return name.length() <= LONGEST ? name : hash(name) + SUFFIX;
  }

  private static String hash(String name) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(digest)
          .replaceAll("[-_]", "")
          .toLowerCase(Locale.ROOT);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
