// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// Why TLS to a store came to nothing.
public enum Distrust {
  /// The server's certificate is signed by nobody that we know.
  UNKNOWN_AUTHORITY,
  /// The server's certificate counts no more, or not yet.
  OTHER_TIME,
  /// The server's certificate is for others than whom we called.
  OTHER_NAME,
  /// The server wants another certificate of us than it got.
  REFUSED;

  private static final List<String> NAMES =
      List.of("No subject alternative", "No name matching", "Illegal given domain name");

  /// TLS's words (RFC 8446 §6.2) for what it finds wrong with the other one's certificate.
  private static final List<String> ALERTS =
      List.of("certificate", "unknown_ca", "access_denied", "decrypt_error");

  /// @return empty if it failed by something else
  public static Optional<Distrust> in(Throwable fault) {
    Optional<Distrust> found = Optional.empty();
    for (Throwable each = fault; each != null; each = each.getCause()) {
      Optional<Distrust> deeper = ofOne(each); // and says more
      found = deeper.isPresent() ? deeper : found;
    }
    return found;
  }

  private static Optional<Distrust> ofOne(Throwable fault) {
    String said = words(fault.getMessage());
    return switch (fault) {
      case CertificateExpiredException _, CertificateNotYetValidException _ ->
          Optional.of(OTHER_TIME);
      case CertPathBuilderException _, CertPathValidatorException _ ->
          Optional.of(UNKNOWN_AUTHORITY);
      case CertificateException _ when NAMES.stream().anyMatch(said::contains) ->
          Optional.of(OTHER_NAME);
      case SSLException _
          when said.contains("fatal alert") && ALERTS.stream().anyMatch(said::contains) ->
          Optional.of(REFUSED);
      default -> Optional.empty();
    };
  }

  private static String words(@Nullable String message) {
    return message == null ? "" : message;
  }
}
