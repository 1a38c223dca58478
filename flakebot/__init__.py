"""The GitHub action: JUnit reports in; review comments, annotations, job summary and artifacts out."""
