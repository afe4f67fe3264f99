// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.doctor.check;

import java.util.List;
import java.util.stream.Stream;

/// Who listens where the daemon wants to.
public final class PortCheck {

  private PortCheck() {}

  /// A port that the daemon needs.
  ///
  /// @param protocol tcp or udp
  /// @param purpose for people
  public record Need(String protocol, int port, String purpose) {}

  /// Somebody who has a port.
  ///
  /// @param owner the program; empty if no process that we see has it: one of another namespace of
  ///     processes, or the kernel itself
  /// @param isOurs whether it is the daemon, or an interface of ours
  public record Listener(String protocol, String address, int port, String owner, boolean isOurs) {}

  public static List<Finding> of(List<Need> needs, List<Listener> listeners) {
    List<Finding> found =
        needs.stream()
            .flatMap(
                need ->
                    listeners.stream()
                        .filter(each -> each.protocol().equals(need.protocol()))
                        .filter(each -> each.port() == need.port() && !each.isOurs())
                        .map(each -> taken(need, each)))
            .toList();
    return Finding.orOk(found, Check.PORTS, texts(needs));
  }

  private static Finding taken(Need need, Listener listener) {
    return Symptom.PORT_TAKEN.at(
        "%s %d (%s): %s listens at %s"
            .formatted(
                need.protocol(),
                need.port(),
                need.purpose(),
                listener.owner().isEmpty()
                    ? "the kernel, or a process that is not seen from here,"
                    : listener.owner(),
                listener.address()));
  }

  private static String texts(List<Need> needs) {
    return String.join(
        ", ",
        Stream.concat(
                needs.stream().map(need -> "%s %d".formatted(need.protocol(), need.port())),
                Stream.of("nobody else's"))
            .toList());
  }
}
