// SPDX-License-Identifier: Apache-2.0
package dev.brindle.image.oci;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/// One image as an OCI image layout in a tar, which `ctr images import` and `docker load` take:
/// older Dockers by its manifest.json.
public final class ImageLayout {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  private static final String INDEX = "application/vnd.oci.image.index.v1+json";
  private static final String CONFIG = "application/vnd.oci.image.config.v1+json";
  private static final int FILE_MODE = 0644;

  private final ImageSettings settings;
  private final BaseImage base;
  private final List<Layer> own;

  /// @param own layers on top of the base's, the lowest first
  public ImageLayout(ImageSettings settings, BaseImage base, List<Layer> own) {
    this.settings = settings;
    this.base = base;
    this.own = List.copyOf(own);
  }

  /// @param name with registry, repository and tag
  /// @return the manifest's digest, by which everybody knows the image
  public Digest write(Path file, String name, Instant time) throws IOException {
    byte[] config = JSON.writeValueAsBytes(config());
    byte[] manifest = JSON.writeValueAsBytes(manifest(config));
    SortedMap<String, Content> files = new TreeMap<>();
    files.put("oci-layout", Content.of("{\"imageLayoutVersion\":\"1.0.0\"}"));
    files.put("index.json", Content.of(JSON.writeValueAsBytes(index(manifest, name))));
    files.put("manifest.json", Content.of(JSON.writeValueAsBytes(forDocker(config, name))));
    files.put(blob(Digest.of(config)), Content.of(config));
    files.put(blob(Digest.of(manifest)), Content.of(manifest));
    layers().forEach(layer -> files.put(blob(layer.digest()), Content.of(layer.file())));
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file));
        TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "UTF-8")) {
      tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
      for (Map.Entry<String, Content> entry : files.entrySet()) {
        TarArchiveEntry header = new TarArchiveEntry(entry.getKey());
        header.setMode(FILE_MODE);
        header.setIds(0, 0);
        header.setNames("", "");
        header.setModTime(time.toEpochMilli());
        header.setSize(entry.getValue().size());
        tar.putArchiveEntry(header);
        try (InputStream in = entry.getValue().open()) {
          in.transferTo(tar);
        }
        tar.closeArchiveEntry();
      }
    }
    return Digest.of(manifest);
  }

  private List<Layer> layers() {
    List<Layer> all = new ArrayList<>(base.layers());
    all.addAll(own);
    return all;
  }

  private ObjectNode config() {
    ObjectNode config = JSON.createObjectNode();
    config.put("created", settings.created());
    config.put("architecture", settings.architecture());
    config.put("os", "linux");
    ObjectNode run = config.putObject("config");
    run.put("User", settings.user());
    SortedMap<String, String> environment = new TreeMap<>();
    for (String variable : base.environment()) {
      int equals = variable.indexOf('=');
      environment.put(variable.substring(0, Math.max(equals, 0)), variable.substring(equals + 1));
    }
    environment.putAll(settings.environment());
    ArrayNode variables = run.putArray("Env");
    environment.forEach((name, value) -> variables.add(name + "=" + value));
    settings.entrypoint().forEach(run.putArray("Entrypoint")::add);
    run.put("WorkingDir", "/");
    settings.labels().forEach(run.putObject("Labels")::put);
    ObjectNode files = config.putObject("rootfs");
    files.put("type", "layers");
    ArrayNode diffIds = files.putArray("diff_ids");
    layers().forEach(layer -> diffIds.add(layer.diffId().toString()));
    ArrayNode history = config.putArray("history");
    for (JsonNode step : base.history()) {
      history.add(step);
    }
    for (Layer layer : own) {
      history.addObject().put("created", settings.created()).put("created_by", layer.createdBy());
    }
    return config;
  }

  private ObjectNode manifest(byte[] config) {
    ObjectNode manifest = JSON.createObjectNode();
    manifest.put("schemaVersion", 2).put("mediaType", MANIFEST);
    describe(manifest.putObject("config"), CONFIG, Digest.of(config), config.length);
    ArrayNode layers = manifest.putArray("layers");
    for (Layer layer : layers()) {
      describe(layers.addObject(), layer.mediaType(), layer.digest(), layer.size());
    }
    settings.labels().forEach(manifest.putObject("annotations")::put);
    return manifest;
  }

  private ObjectNode index(byte[] manifest, String name) {
    ObjectNode index = JSON.createObjectNode();
    index.put("schemaVersion", 2).put("mediaType", INDEX);
    ObjectNode descriptor = index.putArray("manifests").addObject();
    describe(descriptor, MANIFEST, Digest.of(manifest), manifest.length);
    descriptor
        .putObject("annotations")
        .put("io.containerd.image.name", name)
        .put("org.opencontainers.image.ref.name", name.substring(name.lastIndexOf(':') + 1));
    descriptor
        .putObject("platform")
        .put("architecture", settings.architecture())
        .put("os", "linux");
    return index;
  }

  private ArrayNode forDocker(byte[] config, String name) {
    ArrayNode images = JSON.createArrayNode();
    ObjectNode image = images.addObject();
    image.put("Config", blob(Digest.of(config)));
    image.putArray("RepoTags").add(name.replaceFirst("^docker\\.io/", ""));
    ArrayNode layers = image.putArray("Layers");
    layers().forEach(layer -> layers.add(blob(layer.digest())));
    return images;
  }

  private static void describe(ObjectNode to, String mediaType, Digest digest, long size) {
    to.put("mediaType", mediaType).put("digest", digest.toString()).put("size", size);
  }

  private static String blob(Digest digest) {
    return "blobs/sha256/" + digest.hex();
  }
}
