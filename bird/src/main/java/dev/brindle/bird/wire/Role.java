// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import dev.brindle.api.net.AsNumber;
import java.util.Arrays;
import java.util.Optional;

/// What an AS is to its neighbour (RFC 9234). ONLY_TO_CUSTOMER (OTC) marks what has gone down or
/// sideways once: from there it may only go down.
public enum Role {
  PROVIDER(0, "provider"),
  /// A route server.
  RS_SERVER(1, "rs-server"),
  /// A client of a route server.
  RS_CLIENT(2, "rs-client"),
  CUSTOMER(3, "customer"),
  PEER(4, "peer");

  private final int code;
  private final String text;

  Role(int code, String text) {
    this.code = code;
    this.text = text;
  }

  /// The number in the capability.
  public int code() {
    return code;
  }

  public static Optional<Role> of(int code) {
    return Arrays.stream(values()).filter(role -> role.code() == code).findFirst();
  }

  /// What the other side has to be (RFC 9234 §4.2, table 2).
  public Role counterpart() {
    return switch (this) {
      case PROVIDER -> CUSTOMER;
      case CUSTOMER -> PROVIDER;
      case RS_SERVER -> RS_CLIENT;
      case RS_CLIENT -> RS_SERVER;
      case PEER -> PEER;
    };
  }

  /// We, in this role, are told a marked route by that AS: has it leaked (RFC 9234 §5, ingress 1
  /// and 2)?
  public boolean isLeak(AsNumber mark, AsNumber peer) {
    return switch (this) {
      case PROVIDER, RS_SERVER -> true;
      case PEER -> !mark.equals(peer);
      case CUSTOMER, RS_CLIENT -> false;
    };
  }

  /// Whether what we are told without a mark gets the number of the AS that told it (ingress 3).
  public boolean marksWhatIsTold() {
    return this == CUSTOMER || this == PEER || this == RS_CLIENT;
  }

  /// Whether what we tell without a mark gets ours (egress 1).
  public boolean marksWhatItTells() {
    return this == PROVIDER || this == PEER || this == RS_SERVER;
  }

  /// Whether we may not tell what is marked (egress 2).
  public boolean keepsMarked() {
    return this == CUSTOMER || this == PEER || this == RS_CLIENT;
  }

  /// As people write it: `rs-server`.
  @Override
  public String toString() {
    return text;
  }
}
