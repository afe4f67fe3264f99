// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.doctor.check;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Certificates and tokens, and until when they count.
public final class CredentialCheck {

  private static final Duration SOON = Duration.ofDays(14);

  private CredentialCheck() {}

  /// @param variable that names the file
  /// @param until empty if it counts for ever, or it could not be read
  /// @param isRenewed whether somebody writes it anew in time, as kubelet does tokens
  /// @param problem why it could not be read; empty if it could
  public record Credential(
      String variable, String file, Optional<Instant> until, boolean isRenewed, String problem) {}

  /// @param mismatches what does not belong together, for people
  public record Facts(List<Credential> credentials, List<String> mismatches) {

    public Facts {
      credentials = List.copyOf(credentials);
      mismatches = List.copyOf(mismatches);
    }
  }

  public static List<Finding> of(Facts facts, Instant now) {
    List<Credential> credentials = facts.credentials();
    List<Finding> found = new ArrayList<>();
    facts.mismatches().forEach(each -> found.add(Symptom.CREDENTIAL_MISMATCH.at(each)));
    for (Credential each : credentials) {
      String name = "%s (%s)".formatted(each.file(), each.variable());
      if (!each.problem().isEmpty()) {
        found.add(Symptom.CREDENTIAL_UNREADABLE.at("%s: %s".formatted(name, each.problem())));
        continue;
      }
      each.until()
          .ifPresent(
              until -> {
                String seen = "%s counts until %s".formatted(name, until);
                if (until.isBefore(now)) {
                  found.add(Symptom.CREDENTIAL_EXPIRED.at(seen));
                } else if (!each.isRenewed() && until.isBefore(now.plus(SOON))) {
                  found.add(Symptom.CREDENTIAL_EXPIRES.at(seen));
                }
              });
    }
    return Finding.orOk(
        found, Check.CREDENTIALS, "%d, all of them count".formatted(credentials.size()));
  }
}
