// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.Cidr;
import java.util.Optional;

/// Which routes somebody wants to see.
///
/// @param within only this prefix and those inside it
/// @param receivedFrom only what this peer told and was accepted, by its name
/// @param advertisedTo only what this peer has of us, by its name
/// @param bestOnly of each prefix no other path
public record RouteQuery(
    Optional<Cidr> within,
    Optional<String> receivedFrom,
    Optional<String> advertisedTo,
    boolean bestOnly) {

  public static final RouteQuery ALL =
      new RouteQuery(Optional.empty(), Optional.empty(), Optional.empty(), false);
}
