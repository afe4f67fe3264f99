// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// An image with the echo program and nothing else, as an archive that containerd takes (OCI image
/// layout).
final class EchoImage {

  static final String NAME = "brindle.test/echo:1";

  private static final String TYPE = "application/vnd.oci.image.";

  private final Path layout;

  private EchoImage(Path layout) {
    this.layout = layout;
  }

  /// @param program static
  /// @return the archive
  static Path make(Path program, Path directory) throws IOException, InterruptedException {
    Path layout = Files.createDirectories(directory.resolve("image"));
    Files.createDirectories(layout.resolve("blobs/sha256"));
    new EchoImage(layout).fill(program, directory.resolve("layer.tar"));
    Path archive = directory.resolve("image.tar");
    tar(archive, layout, "oci-layout", "index.json", "blobs");
    return archive;
  }

  private void fill(Path program, Path layer) throws IOException, InterruptedException {
    tar(layer, program.resolveSibling("."), String.valueOf(program.getFileName()));
    byte[] files = Files.readAllBytes(layer);
    ObjectNode config =
        Api.JSON.createObjectNode().put("architecture", architecture()).put("os", "linux");
    config.putObject("config").putArray("Entrypoint").add("/" + program.getFileName());
    config.putObject("rootfs").put("type", "layers").putArray("diff_ids").add(digest(files));
    ObjectNode manifest = Api.JSON.createObjectNode().put("schemaVersion", 2);
    manifest.put("mediaType", TYPE + "manifest.v1+json");
    manifest.set("config", blob("config.v1+json", bytes(config)));
    manifest.putArray("layers").add(blob("layer.v1.tar", files));
    ObjectNode described = blob("manifest.v1+json", bytes(manifest));
    described.putObject("annotations").put("io.containerd.image.name", NAME);
    ObjectNode index = Api.JSON.createObjectNode().put("schemaVersion", 2);
    index.putArray("manifests").add(described);
    Files.write(layout.resolve("index.json"), bytes(index));
    Files.writeString(layout.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
  }

  /// As images name it.
  static String architecture() {
    return System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
  }

  /// Writes it, and says where it is.
  private ObjectNode blob(String type, byte[] content) throws IOException {
    String digest = digest(content);
    Files.write(layout.resolve("blobs").resolve(digest.replace(':', '/')), content);
    return Api.JSON
        .createObjectNode()
        .put("mediaType", TYPE + type)
        .put("digest", digest)
        .put("size", content.length);
  }

  private static byte[] bytes(ObjectNode node) {
    return node.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String digest(byte[] content) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
      return "sha256:" + HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void tar(Path archive, Path directory, String... names)
      throws IOException, InterruptedException {
    List<String> line =
        new ArrayList<>(
            List.of("tar", "--create", "--file=" + archive, "--directory=" + directory));
    line.addAll(List.of(names));
    if (new ProcessBuilder(line).inheritIO().start().waitFor() != 0) {
      throw new IOException("tar does not make " + archive);
    }
  }
}
