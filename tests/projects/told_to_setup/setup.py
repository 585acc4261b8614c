from setuptools import find_packages, setup

setup(name="bot", package_dir={"": "code"}, packages=find_packages("code"))
