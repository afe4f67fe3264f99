// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes;

import dev.brindle.datastore.kubernetes.layout.CalicoGroup;
import java.nio.file.Path;
import java.util.Optional;

/// How to reach the API server.
///
/// @param credentials where server, user and certificates are found
/// @param overrides what counts instead of what is found there
/// @param group as what Calico's resources are there; absent to look
public record KubernetesSettings(
    Credentials credentials, Overrides overrides, Optional<CalicoGroup> group) {

  /// Where it is said how to reach the server.
  public sealed interface Credentials {

    /// @param context absent for the one that the file says is current
    record Kubeconfig(Path file, Optional<String> context) implements Credentials {}

    /// @param text of a kubeconfig
    record Inline(String text, Optional<String> context) implements Credentials {

      /// It may hold keys.
      @Override
      public String toString() {
        return "kubeconfigInline";
      }
    }

    /// The service account of the pod that this runs in.
    record InCluster() implements Credentials {}

    /// The overrides say all.
    record None() implements Credentials {}
  }

  /// @param token nobody's business
  public record Overrides(
      Optional<String> endpoint,
      Optional<Path> keyFile,
      Optional<Path> certificateFile,
      Optional<Path> authorityFile,
      Optional<String> token,
      boolean isTlsUnchecked) {

    public static final Overrides NONE =
        new Overrides(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            false);

    @Override
    public String toString() {
      return "endpoint " + endpoint.orElse("as found");
    }
  }
}
