// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers.balancer;

import dev.brindle.api.resource.Metadata;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;

/// By what IPAM knows a service: Calico's form, so that either's controllers find what the other's
/// have given out. A service that is made anew under an old name has another one.
public final class ServiceHandle {

  static final String PREFIX = "lb-";

  private ServiceHandle() {}

  public static String of(Metadata service) {
    String words =
        "%s-%s-%s"
            .formatted(service.name(), service.namespace(), service.uid())
            .toLowerCase(Locale.ROOT);
    String hash =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(sha256(words.getBytes(StandardCharsets.UTF_8)));
    return PREFIX + hash.replaceAll("[-_.]", "");
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
