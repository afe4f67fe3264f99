// SPDX-License-Identifier: Apache-2.0
package dev.brindle.image.built;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.brindle.image.Architecture;
import dev.brindle.image.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// The image that was built, unpacked as a container runtime does it.
///
/// @param layout its files
/// @param root the root file system; empty until it is asked for
record BuiltImage(Path layout, Path root, JsonNode manifest, JsonNode config) {

  private static final ObjectMapper JSON = new ObjectMapper();

  static Path tar() {
    return tar(Architecture.host());
  }

  static Path tar(Architecture architecture) {
    return Path.of(System.getProperty("image.directory"))
        .resolve("brindle-image-%s.tar".formatted(architecture.word()));
  }

  static BuiltImage unpack(Path directory) throws IOException, InterruptedException {
    return unpack(directory, Architecture.host());
  }

  static BuiltImage unpack(Path directory, Architecture architecture)
      throws IOException, InterruptedException {
    Path layout = Files.createDirectories(directory.resolve("layout"));
    tar(layout, "-xf", tar(architecture).toString());
    JsonNode index = JSON.readTree(layout.resolve("index.json").toFile());
    JsonNode manifest = blob(layout, index.path("manifests").get(0));
    return new BuiltImage(
        layout,
        Files.createDirectories(directory.resolve("bundle/rootfs")),
        manifest,
        blob(layout, manifest.path("config")));
  }

  /// All layers, one over the other; none of ours takes a file away.
  void unpackLayers() throws IOException, InterruptedException {
    for (JsonNode layer : manifest.path("layers")) {
      tar(root, "-xzf", file(layout, layer).toString());
    }
  }

  private static void tar(Path directory, String how, String file)
      throws IOException, InterruptedException {
    Commands.run(directory, Map.of(), List.of("tar", how, file));
  }

  private static JsonNode blob(Path layout, JsonNode descriptor) throws IOException {
    return JSON.readTree(file(layout, descriptor).toFile());
  }

  static Path file(Path layout, JsonNode descriptor) {
    String digest = descriptor.path("digest").asText();
    return layout.resolve("blobs").resolve(digest.replace(':', '/'));
  }
}
