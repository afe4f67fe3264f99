// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.topology;

/// How TCP-AO computes what it signs segments with (RFC 5926); codes of 96 bits.
public enum AoAlgorithm {
  HMAC_SHA_1_96("hmac-sha-1-96", "hmac(sha1)"),
  AES_128_CMAC_96("aes-128-cmac-96", "cmac(aes128)"),
  HMAC_SHA_256("hmac-sha-256", "hmac(sha256)");

  private final String text;
  private final String kernelName;

  AoAlgorithm(String text, String kernelName) {
    this.text = text;
    this.kernelName = kernelName;
  }

  /// As the kernel's crypto API knows it.
  public String kernelName() {
    return kernelName;
  }

  @Override
  public String toString() {
    return text;
  }
}
