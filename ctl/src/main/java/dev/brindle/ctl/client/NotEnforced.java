// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.client;

import dev.brindle.api.resource.Resource;
import java.util.Optional;

/// What may be stored and has no effect in this version, so that nobody relies on it.
public final class NotEnforced {

  private NotEnforced() {}

  /// Empty for what is carried out.
  public static Optional<String> notice(Resource resource) {
    String why =
        switch (resource.kind()) {
          case STAGED_NETWORK_POLICY,
              STAGED_GLOBAL_NETWORK_POLICY,
              STAGED_KUBERNETES_NETWORK_POLICY ->
              "a staged policy is not enforced; apply --dry-run says whom it would concern";
          default -> "";
        };
    return why.isEmpty()
        ? Optional.empty()
        : Optional.of("warning: %s: %s".formatted(resource.key(), why));
  }
}
