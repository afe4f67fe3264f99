// SPDX-License-Identifier: Apache-2.0
package dev.brindle.image.oci;

import java.util.List;
import java.util.stream.Collectors;

/// The same image for who builds with Docker or buildah: the layers lie beside the file.
public final class Dockerfile {

  private Dockerfile() {}

  /// @param directory of the layers, as seen from the file
  /// @param layers ours, the lowest first
  public static String text(ImageSettings settings, String directory, List<Layer> layers) {
    StringBuilder text = new StringBuilder("# Made by the build of the image: docs/image.md\n");
    text.append("FROM scratch\n");
    for (Layer layer : layers) {
      text.append("# %s\n".formatted(layer.createdBy()));
      text.append("ADD %s/%s /\n".formatted(directory, layer.file().getFileName()));
    }
    settings
        .environment()
        .forEach((name, value) -> text.append("ENV %s=%s\n".formatted(name, quoted(value))));
    settings
        .labels()
        .forEach((name, value) -> text.append("LABEL %s=%s\n".formatted(name, quoted(value))));
    text.append("USER %s\n".formatted(settings.user()));
    text.append("WORKDIR /\n");
    text.append(
        "ENTRYPOINT [%s]\n"
            .formatted(
                settings.entrypoint().stream()
                    .map(Dockerfile::quoted)
                    .collect(Collectors.joining(", "))));
    return text.toString();
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("$", "\\$") + '"';
  }
}
