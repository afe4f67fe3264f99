// SPDX-License-Identifier: Apache-2.0
package dev.brindle.image.oci;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An image that ours is put upon: its layers as they are, and what its configuration says.
///
/// @param environment `NAME=VALUE`
/// @param history entries of its configuration
public record BaseImage(List<Layer> layers, List<String> environment, List<JsonNode> history) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String DOCKER_GZIP = "application/vnd.docker.image.rootfs.diff.tar.gzip";
  private static final int MOST_LEVELS = 4;

  public static final BaseImage NONE = new BaseImage(List.of(), List.of(), List.of());

  public BaseImage {
    layers = List.copyOf(layers);
    environment = List.copyOf(environment);
    history = List.copyOf(history);
  }

  /// @param layout a directory with an OCI image layout
  /// @param architecture which of its images
  /// @throws IOException naming the file and what was expected there
  public static BaseImage read(Path layout, String architecture) throws IOException {
    if (!Files.isRegularFile(layout.resolve("oci-layout"))) {
      throw new IOException(
          "base image %s: no file oci-layout, so it is no OCI image layout".formatted(layout));
    }
    JsonNode manifest = find(layout, json(layout.resolve("index.json")), architecture, MOST_LEVELS);
    if (manifest == null) {
      throw new IOException(
          "base image %s: none of its images is for linux/%s".formatted(layout, architecture));
    }
    JsonNode config = json(blob(layout, manifest.path("config")));
    List<Layer> layers = new ArrayList<>();
    JsonNode diffIds = config.path("rootfs").path("diff_ids");
    for (JsonNode layer : manifest.path("layers")) {
      if (layers.size() >= diffIds.size()) {
        throw new IOException(
            "base image %s: %d diff_ids for %d layers"
                .formatted(layout, diffIds.size(), manifest.path("layers").size()));
      }
      Path file = blob(layout, layer);
      String type = layer.path("mediaType").asText();
      layers.add(
          new Layer(
              file,
              type.equals(DOCKER_GZIP) ? Layer.GZIP : type,
              Files.size(file),
              Digest.parse(layer.path("digest").asText()),
              Digest.parse(diffIds.get(layers.size()).asText()),
              ""));
    }
    List<String> environment = new ArrayList<>();
    config.path("config").path("Env").forEach(it -> environment.add(it.asText()));
    List<JsonNode> history = new ArrayList<>();
    config.path("history").forEach(history::add);
    return new BaseImage(layers, environment, history);
  }

  private static @Nullable JsonNode find(
      Path layout, JsonNode index, String architecture, int levels) throws IOException {
    for (JsonNode descriptor : index.path("manifests")) {
      JsonNode platform = descriptor.path("platform");
      if (levels > 0 && isFor(architecture, platform, true)) {
        JsonNode inside = json(blob(layout, descriptor));
        if (inside.has("manifests")) {
          JsonNode found = find(layout, inside, architecture, levels - 1);
          if (found != null) {
            return found;
          }
        } else if (isFor(architecture, json(blob(layout, inside.path("config"))), false)) {
          return inside;
        }
      }
    }
    return null;
  }

  private static boolean isFor(String architecture, JsonNode platform, boolean unknown) {
    return platform.has("architecture")
        ? platform.path("architecture").asText().equals(architecture)
            && platform.path("os").asText().equals("linux")
        : unknown;
  }

  /// What a descriptor stands for, with the digest that it says.
  private static Path blob(Path layout, JsonNode descriptor) throws IOException {
    Digest digest;
    try {
      digest = Digest.parse(descriptor.path("digest").asText());
    } catch (IllegalArgumentException e) {
      throw new IOException("base image %s: %s".formatted(layout, e.getMessage()), e);
    }
    Path file = layout.resolve("blobs/sha256").resolve(digest.hex());
    if (!Files.isRegularFile(file)) {
      throw new IOException("base image %s: blob %s is not there".formatted(layout, digest));
    }
    Digest actual = Digest.of(file);
    if (!actual.equals(digest)) {
      throw new IOException("base image: %s has the digest %s".formatted(file, actual));
    }
    return file;
  }

  private static JsonNode json(Path file) throws IOException {
    JsonNode node = JSON.readTree(file.toFile());
    if (!node.isObject()) {
      throw new IOException("base image: %s is no JSON object".formatted(file));
    }
    return node;
  }
}
