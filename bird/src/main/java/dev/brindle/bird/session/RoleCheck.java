// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.session;

import dev.brindle.bird.wire.Capability.BgpRole;
import dev.brindle.bird.wire.Message.Open;
import dev.brindle.bird.wire.Role;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Whether the roles of two OPENs belong together (RFC 9234 §4.2).
final class RoleCheck {

  private RoleCheck() {}

  /// What is wrong, in words; empty if nothing is. Between external peers only.
  static Optional<String> objection(SessionSettings settings, Open theirs) {
    Optional<Role> ours = roles(settings.ours()).stream().findFirst().flatMap(Role::of);
    List<Integer> told = roles(theirs);
    if (told.size() > 1) {
      return Optional.of(
          told.stream().map(RoleCheck::text).collect(Collectors.joining(" and ", "it is ", "")));
    }
    if (ours.isEmpty()) {
      return Optional.empty();
    }
    if (told.isEmpty()) {
      return settings.needsRole()
          ? Optional.of("it says no role, and roleStrict wants one")
          : Optional.empty();
    }
    return Role.of(told.getFirst()).equals(Optional.of(ours.get().counterpart()))
        ? Optional.empty()
        : Optional.of("it is %s, we are %s".formatted(text(told.getFirst()), ours.get()));
  }

  /// Without repeats: the same role twice is that role.
  private static List<Integer> roles(Open open) {
    return open.capabilities().stream()
        .filter(BgpRole.class::isInstance)
        .map(it -> ((BgpRole) it).code())
        .distinct()
        .toList();
  }

  private static String text(int code) {
    return Role.of(code).map(Role::toString).orElse("role " + code);
  }
}
