// SPDX-License-Identifier: Apache-2.0
package dev.brindle.image.debian;

import dev.brindle.image.oci.Content;
import dev.brindle.image.oci.FileTree;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// The root file system that packages of Debian make, without their scripts, programs and papers:
/// libraries, what they read, and what licences ask to keep.
///
/// @param packages what is in it
/// @param trust authorities for Java
public record DebianBase(List<Deb> packages, FileTree files, Content trust) {

  private static final Pattern WANTED =
      Pattern.compile(
          "usr/lib/.*|usr/lib64/.*|etc/(debian_version|os-release|host\\.conf|ld\\.so\\.conf\\.d/.*)"
              + "|usr/share/doc/[^/]+|usr/share/doc/[^/]+/copyright|usr/share/common-licenses/.*");

  /// Of those: converters of character sets, tools to look into programs, shell parts.
  private static final Pattern UNWANTED =
      Pattern.compile(
          "usr/lib/[^/]+/(gconv|audit|perl-base)(/.*)?"
              + "|.*/(libmemusage|libpcprofile|libthread_db|libc_malloc_debug|libnss_hesiod|libnss_compat|libnsl|libBrokenLocale)[^/]*"
              + "|usr/lib/(tmpfiles|sysusers)\\.d(/.*)?");

  private static final Pattern OLD_DIRECTORY = Pattern.compile("(bin|sbin|lib|lib64)/.*");
  private static final String AUTHORITIES = "usr/share/ca-certificates/mozilla/";
  private static final int STICKY = 01777;
  private static final int PRIVATE = 0700;

  public DebianBase {
    packages = List.copyOf(packages);
  }

  public static DebianBase of(List<Deb> packages) throws IOException {
    FileTree files = new FileTree();
    Map<String, Content> authorities = new TreeMap<>();
    for (Deb deb : packages) {
      deb.files()
          .entries()
          .forEach(
              (path, entry) -> {
                String merged = OLD_DIRECTORY.matcher(path).matches() ? "usr/" + path : path;
                if (WANTED.matcher(merged).matches() && !UNWANTED.matcher(merged).matches()) {
                  put(files, merged, entry);
                }
                if (path.startsWith(AUTHORITIES)
                    && path.endsWith(".crt")
                    && entry instanceof FileTree.Regular(int _, Content content)) {
                  authorities.put(path.substring(AUTHORITIES.length()), content);
                }
              });
      files.file("var/lib/dpkg/status.d/" + deb.name(), Content.of(deb.control()));
    }
    if (authorities.isEmpty()) {
      throw new IOException("no certificates of authorities below " + AUTHORITIES);
    }
    for (String directory : List.of("bin", "sbin", "lib", "lib64")) {
      files.directory("usr/" + directory);
      files.link(directory, "usr/" + directory);
    }
    for (String directory :
        List.of("dev", "proc", "sys", "run", "home", "var/lib", "var/log", "etc/ssl/certs")) {
      files.directory(directory);
    }
    files.directory("tmp", STICKY).directory("var/tmp", STICKY).directory("root", PRIVATE);
    files.link("var/run", "../run");
    accounts(files);
    files.file("etc/ssl/certs/ca-certificates.crt", bundle(authorities));
    return new DebianBase(packages, files, Content.of(TrustStore.of(authorities)));
  }

  private static void put(FileTree files, String path, FileTree.Entry entry) {
    switch (entry) {
      case FileTree.Directory(int mode) -> files.directory(path, mode);
      case FileTree.Link(String target) -> files.link(path, target);
      case FileTree.Regular(int mode, Content content) -> files.file(path, mode, content);
    }
  }

  private static void accounts(FileTree files) {
    files.file(
        "etc/passwd",
        Content.of(
            """
            root:x:0:0:root:/root:/sbin/nologin
            nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin
            brindle:x:65532:65532:brindle:/tmp:/sbin/nologin
            """));
    files.file(
        "etc/group",
        Content.of(
            """
            root:x:0:
            nogroup:x:65534:
            brindle:x:65532:
            """));
    files.file(
        "etc/nsswitch.conf",
        Content.of(
            """
            passwd: files
            group:  files
            hosts:  files dns
            """));
  }

  private static Content bundle(Map<String, Content> authorities) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (Content certificate : authorities.values()) {
      all.write(certificate.bytes());
    }
    return Content.of(all.toByteArray());
  }
}
