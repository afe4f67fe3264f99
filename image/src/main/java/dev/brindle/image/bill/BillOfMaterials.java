// SPDX-License-Identifier: Apache-2.0
package dev.brindle.image.bill;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;

/// What an image is made of, as CycloneDX has it: jars with coordinates, digests and licences, as
/// Maven knows them; packages of Debian; the JDK.
public final class BillOfMaterials {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final ObjectNode bill = JSON.createObjectNode();
  private final ArrayNode components;

  /// @param name of the image
  public BillOfMaterials(String name, String version, String created) {
    bill.put("bomFormat", "CycloneDX").put("specVersion", "1.6").put("version", 1);
    ObjectNode metadata = bill.putObject("metadata");
    metadata.put("timestamp", created);
    ObjectNode image = metadata.putObject("component");
    image.put("type", "container").put("bom-ref", name + ":" + version);
    image.put("name", name).put("version", version);
    image.putArray("licenses").addObject().putObject("license").put("id", "Apache-2.0");
    components = bill.putArray("components");
  }

  /// @param maven what Maven's plugin wrote
  /// @param jars names of those that are in the image
  /// @throws IOException if one of them is not in the list
  public void jars(Path maven, Set<String> jars) throws IOException {
    Set<String> missing = new TreeSet<>(jars);
    for (JsonNode component : JSON.readTree(maven.toFile()).path("components")) {
      String purl = component.path("purl").asText();
      String file =
          "%s-%s%s.jar"
              .formatted(
                  component.path("name").asText(),
                  component.path("version").asText(),
                  classifier(purl));
      if (missing.remove(file)) {
        components.add(component);
      }
    }
    if (!missing.isEmpty()) {
      throw new IOException("%s says nothing of %s".formatted(maven, missing));
    }
  }

  private static String classifier(String purl) {
    int start = purl.indexOf("classifier=");
    return start < 0 ? "" : "-" + purl.substring(start + "classifier=".length()).split("&", -1)[0];
  }

  /// @param release the suite's name
  public void debian(String name, String version, String architecture, String release) {
    String purl =
        "pkg:deb/debian/%s@%s?arch=%s&distro=%s"
            .formatted(name, encoded(version), architecture, release);
    ObjectNode component = components.addObject();
    component.put("type", "library").put("bom-ref", purl).put("name", name);
    component.put("version", version).put("purl", purl);
    ObjectNode evidence = component.putArray("properties").addObject();
    evidence.put("name", "licence").put("value", "/usr/share/doc/" + name + "/copyright");
  }

  /// @param home of the JDK that the runtime is made of
  public void jdk(Path home, Set<String> modules) throws IOException {
    Properties release = new Properties();
    try (var in = Files.newBufferedReader(home.resolve("release"))) {
      release.load(in);
    }
    String version = plain(release, "JAVA_RUNTIME_VERSION");
    ObjectNode component = components.addObject();
    String purl = "pkg:generic/openjdk@" + encoded(version);
    component.put("type", "platform").put("bom-ref", purl).put("name", "openjdk");
    component.put("version", version).put("purl", purl);
    component.put("publisher", plain(release, "IMPLEMENTOR"));
    component
        .putArray("licenses")
        .addObject()
        .put("expression", "GPL-2.0-only WITH Classpath-exception-2.0");
    ArrayNode properties = component.putArray("properties");
    properties.addObject().put("name", "modules").put("value", String.join(" ", modules));
  }

  /// @param facts of a file in the image that no package brings
  public void file(String path, Map<String, String> facts) {
    ObjectNode component = components.addObject();
    component.put("type", "file").put("bom-ref", path).put("name", path);
    ArrayNode properties = component.putArray("properties");
    facts.forEach((name, value) -> properties.addObject().put("name", name).put("value", value));
  }

  private static String plain(Properties release, String name) {
    return release.getProperty(name, "unknown").replace("\"", "");
  }

  private static String encoded(String version) {
    return URLEncoder.encode(version, StandardCharsets.UTF_8);
  }

  public byte[] bytes() throws IOException {
    return JSON.writeValueAsBytes(bill);
  }
}
