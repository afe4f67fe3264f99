// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.resource;

import dev.brindle.api.net.Cidr;

/// A node's claim on a block. The name is `<node>-<block with dashes>`.
public record BlockAffinity(Metadata metadata, Spec spec) implements Resource {

  @Override
  public BlockAffinity withMetadata(Metadata changed) {
    return new BlockAffinity(changed, spec);
  }

  /// @param node whose claim it is
  /// @param type `host`, or `virtual` for what is no node
  public record Spec(State state, String node, String type, Cidr cidr, boolean deleted) {

    public Spec {
      state = Absent.or(state, State.CONFIRMED);
      type = Absent.asEmpty(type).isEmpty() ? "host" : type;
    }
  }

  /// How far the claim has got. Calico's empty state reads as confirmed.
  public enum State {
    PENDING("pending"),
    CONFIRMED("confirmed"),
    PENDING_DELETION("pendingDeletion");

    private final String text;

    State(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
