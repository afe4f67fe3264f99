// SPDX-License-Identifier: Apache-2.0

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/// Fetches a pinned Maven from Maven Central, checks its digest, unpacks it. A mirror can be named in
/// the environment variable MVNW_REPOURL, as with Maven's own wrapper.
class FetchMaven {

  private static final Map<String, String> SHA_512 =
      Map.of(
          "3.9.16",
          "ed41650d42485cfc243fad22158caf9cbb5dc408ce7a09ddb94dd42a019de929"
              + "ca43065bfa450612cf12bf78b5cafa3884b96c090de326ff590448c933454af3");

  public static void main(String[] args) throws Exception {
    String version = args[0];
    Path target = Path.of(args[1]);
    String central =
        System.getenv().getOrDefault("MVNW_REPOURL", "https://repo.maven.apache.org/maven2");
    String path = "org/apache/maven/apache-maven/%1$s/apache-maven-%1$s-bin.zip".formatted(version);
    byte[] archive = fetch(URI.create(central + "/" + path));
    verify(archive, SHA_512.get(version));
    Files.createDirectories(target.getParent());
    Path unpacked = Files.createTempDirectory(target.getParent(), ".unpack");
    unpack(archive, unpacked);
    Files.move(
        unpacked.resolve("apache-maven-" + version), target, StandardCopyOption.ATOMIC_MOVE);
    Files.delete(unpacked);
  }

  private static byte[] fetch(URI uri) throws Exception {
    try (HttpClient client =
        HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build()) {
      var response =
          client.send(
              HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofByteArray());
      if (response.statusCode() != 200) {
        throw new IOException("%s answered %d".formatted(uri, response.statusCode()));
      }
      return response.body();
    }
  }

  private static void verify(byte[] archive, String expected) throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-512").digest(archive);
    String found = HexFormat.of().formatHex(digest);
    if (!found.equals(expected)) {
      throw new IOException("SHA-512 of the archive is %s, not %s".formatted(found, expected));
    }
  }

  private static void unpack(byte[] archive, Path into) throws IOException {
    try (var zip = new ZipInputStream(new java.io.ByteArrayInputStream(archive))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path file = into.resolve(entry.getName()).normalize();
        if (!file.startsWith(into)) {
          throw new IOException("archive entry %s leads outside".formatted(entry.getName()));
        }
        if (entry.isDirectory()) {
          Files.createDirectories(file);
        } else {
          Files.createDirectories(file.getParent());
          copy(zip, file);
        }
      }
    }
  }

  private static void copy(InputStream entry, Path file) throws IOException {
    Files.copy(entry, file);
    if (file.getParent().endsWith("bin")) {
      file.toFile().setExecutable(true, false);
    }
  }
}
