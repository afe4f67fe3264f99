// SPDX-License-Identifier: Apache-2.0
package dev.brindle.image.debian;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.image.oci.Content;
import dev.brindle.image.oci.FileTree;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DebianBaseTest {

  private static final String CONTROL =
      "Package: libx\nVersion: 1:2.3-4\nArchitecture: amd64\nDepends: gcc-14-base (= 14)\n";

  @TempDir private Path directory;

  @Test
  void aPackageIsReadAsDpkgPacksIt() throws IOException {
    Deb deb = Deb.read(deb("data.tar.xz", Map.of("./usr/lib/libx.so.1", "code")));
    assertThat(deb.name()).isEqualTo("libx");
    assertThat(deb.version()).isEqualTo("1:2.3-4");
    assertThat(deb.field("Depends")).startsWith("gcc-14-base");
    assertThat(deb.field("Recommends")).isEmpty();
    assertThat(requireNonNull(deb.files().files().get("usr/lib/libx.so.1")).bytes())
        .asString()
        .isEqualTo("code");
  }

  @Test
  void anotherPackingIsNamed() throws IOException {
    Path file = deb("data.tar.zst", Map.of());
    assertThatThrownBy(() -> Deb.read(file)).hasMessageContaining("data.tar.zst is packed");
  }

  @Test
  void onlyWhatProgramsAndLicencesNeedIsTaken() throws IOException {
    DebianBase base =
        DebianBase.of(
            List.of(
                new Deb(
                    CONTROL,
                    tree(
                        Map.of(
                            "lib/x86_64-linux-gnu/libx.so.1", "x",
                            "usr/lib64/ld.so", "x",
                            "usr/lib/x86_64-linux-gnu/gconv/A.so", "x",
                            "usr/share/doc/libx/copyright", "x",
                            "usr/share/doc/libx/changelog.gz", "x",
                            "bin/sh", "x",
                            "etc/skel/.profile", "x"))),
                new Deb("Package: ca-certificates\n", tree(authorities()))));
    assertThat(base.files().files().keySet())
        .contains(
            "usr/lib/x86_64-linux-gnu/libx.so.1",
            "usr/lib64/ld.so",
            "usr/share/doc/libx/copyright",
            "var/lib/dpkg/status.d/libx",
            "etc/passwd",
            "etc/ssl/certs/ca-certificates.crt")
        .noneMatch(
            path ->
                path.contains("gconv")
                    || path.endsWith("/sh")
                    || path.contains("skel")
                    || path.contains("changelog"));
    assertThat(base.files().entries().get("lib")).isEqualTo(new FileTree.Link("usr/lib"));
  }

  @Test
  void javaTrustsTheAuthoritiesAndTheStoreIsTheSameAgain() throws Exception {
    Map<String, Content> authorities = new TreeMap<>();
    authorities().forEach((name, pem) -> authorities.put(name, Content.of(pem)));
    byte[] store = TrustStore.of(authorities);
    assertThat(TrustStore.of(authorities)).isEqualTo(store);

    KeyStore read = KeyStore.getInstance("PKCS12");
    read.load(new ByteArrayInputStream(store), null);
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(read);
    X509TrustManager manager = (X509TrustManager) trust.getTrustManagers()[0];
    assertThat(manager.getAcceptedIssuers()).hasSize(2);
  }

  /// Two of those that this JDK trusts.
  private static Map<String, String> authorities() {
    Map<String, String> pems = new TreeMap<>();
    try {
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init((KeyStore) null);
      X509TrustManager manager = (X509TrustManager) trust.getTrustManagers()[0];
      for (X509Certificate authority : Arrays.copyOf(manager.getAcceptedIssuers(), 2)) {
        pems.put(
            "usr/share/ca-certificates/mozilla/%d.crt".formatted(pems.size()),
            "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n"
                .formatted(Base64.getMimeEncoder().encodeToString(authority.getEncoded())));
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
    return pems;
  }

  private static FileTree tree(Map<String, String> files) {
    FileTree tree = new FileTree();
    files.forEach((path, text) -> tree.file(path, Content.of(text)));
    return tree;
  }

  private Path deb(String data, Map<String, String> files) throws IOException {
    Path file = directory.resolve("x.deb");
    try (OutputStream out = Files.newOutputStream(file);
        ArArchiveOutputStream ar = new ArArchiveOutputStream(out)) {
      put(ar, "debian-binary", "2.0\n".getBytes(StandardCharsets.UTF_8));
      put(ar, "control.tar.xz", tarXz(Map.of("./control", CONTROL)));
      put(ar, data, tarXz(files));
    }
    return file;
  }

  private static void put(ArArchiveOutputStream ar, String name, byte[] bytes) throws IOException {
    ar.putArchiveEntry(new ArArchiveEntry(name, bytes.length));
    ar.write(bytes);
    ar.closeArchiveEntry();
  }

  private static byte[] tarXz(Map<String, String> files) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar =
        new TarArchiveOutputStream(new XZCompressorOutputStream(bytes))) {
      for (Map.Entry<String, String> file : files.entrySet()) {
        byte[] content = file.getValue().getBytes(StandardCharsets.UTF_8);
        TarArchiveEntry entry = new TarArchiveEntry(file.getKey());
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
      }
    }
    return bytes.toByteArray();
  }
}
