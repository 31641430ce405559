@echo off
rem alliance_nlp for a colleague without Python: parts\start.ps1 does the work. See docs/without_python.md.
setlocal
if not exist "%~dp0parts\start.ps1" (
  echo The folder "parts" is not beside this file. Unpack the whole archive first: right-click, Extract All.
  echo Mappen "parts" ligger ikke ved siden av denne filen. Pakk ut hele arkivet: hoyreklikk, Pakk ut alle.
  pause
  exit /b 2
)
powershell.exe -NoProfile -ExecutionPolicy Bypass -File "%~dp0parts\start.ps1" %*
set result=%errorlevel%
pause
exit /b %result%
