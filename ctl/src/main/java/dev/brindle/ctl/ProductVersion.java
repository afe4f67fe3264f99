// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.Properties;

/// The version of this program, as the jar says it; nothing when run from class files.
///
/// @param commit of the sources, or "unknown" if they were not built from a repository
public record ProductVersion(Optional<String> text, String commit) {

  public static ProductVersion ofThisProgram() {
    return new ProductVersion(
        Optional.ofNullable(Calicoctl.class.getPackage().getImplementationVersion()), built());
  }

  private static String built() {
    try (InputStream in = ProductVersion.class.getResourceAsStream("build.properties")) {
      if (in == null) {
        throw new IllegalStateException(
            "build.properties is missing beside " + ProductVersion.class);
      }
      Properties build = new Properties();
      build.load(in);
      return build.getProperty("commit", "unknown");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read build.properties", e);
    }
  }

  @Override
  public String toString() {
    return text.orElse("unknown");
  }
}
