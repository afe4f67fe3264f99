// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.resource;

import java.util.Map;
import java.util.Optional;

/// A group of policies that decides before the next one.
///
/// @param status written by the controllers, kept as it is
public record Tier(Metadata metadata, Spec spec, Map<String, Object> status) implements Resource {

  /// The tier of policies that name none.
  public static final String DEFAULT = "default";

  public Tier {
    spec = Absent.or(spec, new Spec(Optional.empty(), Rule.Action.DENY));
    status = Absent.asEmpty(status);
  }

  /// One of which nobody has said how it is.
  public Tier(Metadata metadata, Spec spec) {
    this(metadata, spec, Map.of());
  }

  @Override
  public Tier withMetadata(Metadata changed) {
    return new Tier(changed, spec, status);
  }

  /// @param order smaller first; absent comes last
  /// @param defaultAction Deny or Pass: what becomes of traffic that no policy of the tier decided
  public record Spec(Optional<Double> order, Rule.Action defaultAction) {

    public Spec {
      order = Absent.asEmpty(order);
      defaultAction = Absent.or(defaultAction, Rule.Action.DENY);
    }
  }
}
