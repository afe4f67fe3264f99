// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.bfd;

/// Why a received packet is dropped without an answer (RFC 5880 §6.8.6, in its order; RFC 5881 §4).
public enum BfdDiscard {
  VERSION("version is not 1"),
  LENGTH("length is too short, or longer than what came"),
  MULTIPLIER("detection multiplier is 0"),
  MULTIPOINT("multipoint bit is set"),
  NO_DISCRIMINATOR("my discriminator is 0"),
  AUTHENTICATED("it is authenticated, and authentication is not in use"),
  UNBOUND("your discriminator is 0 in Init or Up"),
  UNKNOWN_SESSION("no session has this discriminator"),
  UNKNOWN_PEER("no session is with this address");

  private final String text;

  BfdDiscard(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}
